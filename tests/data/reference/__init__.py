"""One solution of our own for each prompt of a shipped suite that has hidden asserts."""
