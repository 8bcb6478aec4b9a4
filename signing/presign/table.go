package presign

// A Code names what was found.
type Code string

// A Severity says what to do about a finding.
type Severity string

// Severities.
const (
	Blocks Severity = "blocks" // the file is not signed as it is
	Warns  Severity = "warns"  // look at it, and better make the file anew
	Tells  Severity = "tells"  // nothing wrong, but know it
)

// A Finding is one thing that was found. Data are its particulars; Text is
// English, for a log or a command line.
type Finding struct {
	Code     Code           `json:"code"`
	Severity Severity       `json:"severity"`
	Page     int            `json:"page,omitempty"`   // from 1
	Object   string         `json:"object,omitempty"` // "12 0"
	Field    string         `json:"field,omitempty"`
	Data     map[string]any `json:"data,omitempty"`
	Text     string         `json:"text"`
}

// Findings about the file.
const (
	Malformed   Code = "malformed"
	Encrypted   Code = "encrypted"
	Exceeds     Code = "limit"
	Unreadable  Code = "unreadable"
	Interrupted Code = "interrupted"
	Internal    Code = "internal"
	Refused     Code = "refused"
	Oddity      Code = "oddity"
	HiddenBytes Code = "hidden_bytes"
	Dangling    Code = "dangling_reference"
	Revisions   Code = "revisions"
	Replaced    Code = "content_replaced"
	Unreachable Code = "unreachable_object"
	BadSigned   Code = "signature_invalid"
	OpenSigned  Code = "signature_undecided"
)

// Findings about what is shown.
const (
	Covers        Code = "annotation_covers_text"
	Annotation    Code = "annotation"
	HiddenNote    Code = "annotation_hidden"
	PrintDiffers  Code = "annotation_not_printed"
	TextCovered   Code = "text_covered"
	BadContent    Code = "content_unreadable"
	Layers        Code = "layers"
	LayerHidden   Code = "layer_hidden"
	FontTwice     Code = "font_twice"
	UnusedDrawing Code = "drawing_unused"
	External      Code = "external_stream"
	OtherPage     Code = "reference_to_other_file"
	Alternate     Code = "alternate_picture"
)

// Findings about forms, and what acts or comes along.
const (
	XFA           Code = "xfa"
	NeedLook      Code = "need_appearances"
	NoLook        Code = "field_without_appearance"
	OtherLook     Code = "field_shows_other"
	SealUnsigned  Code = "unsigned_seal"
	Script        Code = "javascript"
	Launch        Code = "launch"
	Submit        Code = "submit"
	OtherAction   Code = "action"
	AutoAction    Code = "action_by_itself"
	Link          Code = "link_out"
	Attachment    Code = "attachment"
	Collection    Code = "collection"
	ActiveContent Code = "active_media"
)

type meaning struct {
	severity Severity
	text     string
}

// meanings is how grave what is: TestTable.
var meanings = map[Code]meaning{
	Malformed:   {Blocks, "the file is not a PDF that can be read in one way only"},
	Encrypted:   {Blocks, "the file is encrypted"},
	Exceeds:     {Blocks, "the file demands more than may be spent on it"},
	Unreadable:  {Blocks, "the file cannot be read from its medium"},
	Interrupted: {Blocks, "the scan was interrupted"},
	Internal:    {Blocks, "the scan broke off; this is a fault of the program"},
	Refused:     {Blocks, "the file cannot be signed as it is"},
	Oddity:      {Blocks, "the file breaks the standard, so that programs may read it differently"},
	HiddenBytes: {Blocks, "bytes belong to nothing, and could be brought to light later"},
	Dangling:    {Blocks, "a reference to an object that is not there, and that anybody could add"},
	Revisions:   {Tells, "the file was saved several times, and the earlier states are still in it"},
	Replaced:    {Warns, "an earlier state of the file, which is still in it, shows something else"},
	Unreachable: {Warns, "an object that nothing leads to, and that could be brought to light later"},
	BadSigned:   {Warns, "a signature that is there already is not valid"},
	OpenSigned:  {Tells, "a signature that is there already is not decided here"},

	Covers:        {Warns, "an annotation lies over text"},
	Annotation:    {Tells, "an annotation, which is no part of the page"},
	HiddenNote:    {Warns, "an annotation that is hidden, and can be made visible"},
	PrintDiffers:  {Warns, "an annotation that is seen either on the screen or on paper"},
	TextCovered:   {Warns, "a drawing hides text below it"},
	BadContent:    {Warns, "the content of a page cannot be read"},
	Layers:        {Tells, "the document has layers"},
	LayerHidden:   {Warns, "a layer is hidden, or shown depending on where"},
	FontTwice:     {Tells, "two fonts of one name come from different files"},
	UnusedDrawing: {Tells, "a drawing that no page shows"},
	External:      {Warns, "a part of the document lies in another file"},
	OtherPage:     {Warns, "a drawing is a page of another file"},
	Alternate:     {Warns, "a picture has others in its place, for instance on paper"},

	XFA:           {Blocks, "a form of XFA shows what the pages do not hold"},
	NeedLook:      {Warns, "the fields are drawn anew by each program, as it likes"},
	NoLook:        {Warns, "a field has a value and no appearance"},
	OtherLook:     {Warns, "a field shows something other than its value"},
	SealUnsigned:  {Warns, "a field for a signature shows something, and nobody has signed"},
	Script:        {Warns, "the document carries a script"},
	Launch:        {Warns, "the document starts a program or opens a file"},
	Submit:        {Warns, "the document sends or fetches data of its form"},
	OtherAction:   {Warns, "the document does something that changes what is shown"},
	AutoAction:    {Warns, "the document acts by itself"},
	Link:          {Tells, "a link leads out of the document"},
	Attachment:    {Warns, "another file is attached, and is signed along"},
	Collection:    {Warns, "the document is a cover for other files"},
	ActiveContent: {Warns, "the document has sound, film or scenes"},
}
