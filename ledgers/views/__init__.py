"""What a reader of a run is shown, made once for the console, the screens and the interfaces."""
