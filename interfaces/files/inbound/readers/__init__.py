"""Files opened and read as columns of text and of values, every fault collected. Nothing is recorded."""
