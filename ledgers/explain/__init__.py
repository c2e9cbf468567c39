"""What explaining a figure shares in every stream: the answer's shape, a subject's part of a run, and its entries."""
