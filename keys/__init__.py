"""Who signs, and how does anyone check it?"""
