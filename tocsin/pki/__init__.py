"""`tocsin pki`: an authority for a small site; certificates issued, renewed, revoked and listed."""
