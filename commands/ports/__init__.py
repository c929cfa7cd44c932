"""What commands are given by the shell: its interfaces, and the shapes that pass through them."""
