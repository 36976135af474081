"""The commands of `namens`, a module for each subject."""
