"""Who may act for whom, for what, and how sure are we?"""
