"""What is written for git and for shells, so that they call this program: texts, no files."""
