"""How well a clip's things are found and followed, beside other trackers on the same boxes."""
