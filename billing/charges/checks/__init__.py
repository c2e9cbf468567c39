"""What a reviewer of a charge run is shown: a module for each check, or for those that are found together."""
