"""The layouts of extracts: what each column holds, which table its rows become. ``register`` lists them all."""
