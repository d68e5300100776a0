"""What must hold: one file per control, in a folder per area. A control describes itself; the catalog finds it."""
