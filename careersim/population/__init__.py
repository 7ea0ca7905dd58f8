"""From published margins or a register panel to persons: `Population`, one row a person."""
