"""The template tags of Charte."""
