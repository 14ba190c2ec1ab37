"""Descriptions of a case in the formats of other people, each turned into the document of `gistkg.document`."""
