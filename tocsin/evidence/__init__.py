"""`tocsin evidence`: keys for custodians; clips listed, verified, opened, held and handed out."""
