"""One file for each way to run a program: the command line that seals it, and what it needs."""
