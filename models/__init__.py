"""Networks: a picture in, boxes, classes and scores out, and never anything else."""
