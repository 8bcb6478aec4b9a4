package app

var _ = reasonsOf(map[string]string{
	"annotation.not_found":  "no such annotation, or not this person's",
	"annotation.no_version": "the material has no such version",
	"annotation.mark_gone":  "the mark was removed",
	"annotation.too_big":    "a mark is larger than max bytes",
	"annotation.full":       "no more marks, bookmarks or keys fit: max",
	"annotation.no_key":     "the mark is sealed with a key that nobody was given",
	"annotation.share_self": "sharing is with others",
	"annotation.not_reader": "the person may not read the material: person",

	"readingkey.bad_key":      "not a key of the right kind",
	"readingkey.other_device": "the command names a machine that is not the person's",
	"readingkey.no_device":    "no such machine has asked",
	"readingkey.no_key":       "the person has no such key",

	"can.as_reader": "holds the material", "can.needs_reader": "who may read the material only",
})
