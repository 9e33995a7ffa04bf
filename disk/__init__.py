"""What a box and a centre both ask of their disks: files of which nothing is lost or changed."""
