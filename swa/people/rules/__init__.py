"""What the programme says about people; values in, values out."""
