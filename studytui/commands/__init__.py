"""One module a verb of the command line; `studytui.cli` imports the one that was asked for."""
