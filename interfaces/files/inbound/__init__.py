"""Files that come in: ``layouts`` says what each holds, ``readers`` reads them, ``door`` records them or refuses them.

Beside them stand what is no extract: bank statements, the council file, circumstances as JSON. Layouts know nothing of
readers, nor readers of the door.
"""
