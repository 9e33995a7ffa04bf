"""What a stream costs, beside what decoding it alone costs, in one run."""
