"""What a person sees and types: the Textual app, its screens and the command line."""
