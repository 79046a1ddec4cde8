"""The studio: the face of Curator in a terminal. `curator.tui.launch` opens it."""
