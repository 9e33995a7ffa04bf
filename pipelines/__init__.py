"""The pure core: values and stages, without sockets, files, clocks or threads."""
