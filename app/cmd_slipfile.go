package app

import "slices"

// maxSlipFiles is how many files a slip carries at most.
const maxSlipFiles = 20

// SlipEdit changes a slip that has not been sent (slip.edit.1): all that it asks
// as it is to be from now on, and its files by what comes and what goes. Of two
// who edit at once the second is told so.
type SlipEdit struct {
	Title     string      `cbor:"1,keyasint" json:"title" minLength:"1" maxLength:"500"`
	Text      string      `cbor:"2,keyasint,omitempty" json:"text,omitempty" maxLength:"4000"`
	Due       Time        `cbor:"3,keyasint" json:"due"`
	Silence   SilenceRule `cbor:"4,keyasint,omitempty" json:"silence,omitempty" enum:",none,agree" doc:"what no answer means"`
	Asked     []ID        `cbor:"5,keyasint" json:"asked" minItems:"1" maxItems:"2500"`
	Threshold Threshold   `cbor:"6,keyasint,omitempty" json:"threshold,omitempty" enum:",QUA_NUA,HAI_PHAN_BA,TAT_CA" doc:"of all who are asked"`
	Files     []NewFile   `cbor:"7,keyasint,omitempty" json:"files,omitempty" maxItems:"20" doc:"that are added"`
	Remove    []CommandID `cbor:"8,keyasint,omitempty" json:"remove,omitempty" maxItems:"20" doc:"files that are taken off"`
}

// ask sets what the slip asks, of whom and until when.
func (s *OpinionSlip) ask(a SlipEdit) {
	s.Title, s.Text, s.Due, s.Silence, s.Threshold = a.Title, a.Text, a.Due, a.Silence, a.Threshold
	s.Asked = sortedSet(slices.Clone(a.Asked))
	if s.Silence == "" {
		s.Silence = SilenceNothing
	}
}

func editSlip(x *Exec, a *SlipEdit) error {
	s, m, err := x.openSlip(SlipDraft)
	if err != nil {
		return err
	}
	if err := x.unchanged(); err != nil {
		return err
	}
	s.ask(*a)
	if err := x.askable(s, m); err != nil {
		return err
	}
	for _, key := range a.Remove {
		delete(s.Files, key)
	}
	if err := x.attachToSlip(s, m, a.Files); err != nil {
		return err
	}
	return x.putSlip(s, m)
}

// attachToSlip stores files under this command's keys. What is asked in a meeting
// with state secrets comes without any.
func (x *Exec) attachToSlip(s *OpinionSlip, m *Meeting, files []NewFile) error {
	switch {
	case len(files) == 0:
		return nil
	case m != nil && m.Secret:
		return Refuse(Conflict, "slip.secret_meeting")
	case len(s.Files)+len(files) > maxSlipFiles:
		return Refuse(Invalid, "file.too_many").With("max", maxSlipFiles)
	case s.Files == nil:
		s.Files = map[CommandID]File{}
	}
	for i, f := range files {
		if err := checkNewFile(f); err != nil {
			return err
		}
		s.Files[FileKey(x.Cmd.ID, i)] = File{Name: f.Name, Media: f.Media, Role: FileAttachment, Content: f.Content, By: x.Actor.Person, At: x.Now}
	}
	return nil
}

// slipStored notes when the server had a file's whole content.
func slipStored(x *Exec, a *ContentStored) error {
	s, ok, err := partOf[*OpinionSlip](x, x.Cmd.Target)
	if err != nil {
		return err
	}
	f, known := File{}, false
	if ok {
		f, known = s.Files[a.File]
	}
	if !known {
		return Refuse(NotFound, "file.not_found")
	}
	if f.AtServer != 0 {
		return nil
	}
	f.AtServer = x.Now
	s.Files[a.File] = f
	return x.Tx.Put(s)
}
