"""The Author pane: write an example in its parts, with findings and twins as you type."""
