"""Debian's PostgreSQL as the simulator starts it, for benchmarks and tests."""

from tocsin.simulate.postgres import BIN, Server, served

__all__ = ["BIN", "Server", "served"]
