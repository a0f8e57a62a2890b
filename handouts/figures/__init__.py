"""Exercise drawings: pose data in, closed shapes, then PDF operators or SVG out."""
