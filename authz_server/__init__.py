"""How is it asked, shown and handed out over OpenID Connect?"""
