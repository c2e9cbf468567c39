"""What a reviewer of a pay run is shown: a module for each check, or for those that one comparison finds together."""
