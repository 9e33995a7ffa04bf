"""The command `tocsin`: it joins what the other packages do, and nothing imports it."""
