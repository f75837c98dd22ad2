"""What a bug report needs, in words and as a folder, without what names anybody."""
