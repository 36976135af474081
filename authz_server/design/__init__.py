"""How the pages look: one stylesheet, made from parts that others made for governments and a theme of ours."""
