package app

// An attachment in the same file as its document is signed with it. One in a file
// of its own gets the agency's signature for itself, with number, symbol and time
// in the upper right corner of its first page (NĐ 30/2020, Phụ lục I, II.8b).

// Attachments lists the attachments that can be sealed: PDF files of their own.
func (d *Document) Attachments() (keys []CommandID) {
	for _, key := range d.CurrentFiles() {
		if f := d.Files[key]; f.Role == FileAttachment && f.Media == mediaPDF {
			keys = append(keys, key)
		}
	}
	return keys
}

// sealAttachments takes the agency's signatures on attachments, which come with
// the one on the document.
func (x *Exec) sealAttachments(doc *Document, list []SealedAttachment) error {
	if len(doc.Files)+len(list) > maxVersions {
		return Refuse(Invalid, "file.too_many_versions").With("max", maxVersions)
	}
	for i, a := range list {
		before := doc.Files[a.File.Replaces]
		switch {
		case before.Role != FileAttachment || before.Media != mediaPDF || doc.NewestOf(a.File.Replaces) != a.File.Replaces:
			return Refuse(Invalid, "seal.not_attachment")
		case !a.File.Content.extends(before.Content):
			return Refuse(Invalid, "sign.not_added")
		case a.Claim.incomplete():
			return Refuse(Invalid, "sign.no_claim")
		case a.Claim.Key == KeyRemote:
			return Refuse(Invalid, "seal.remote")
		}
		file, key := a.File, FileKey(x.Cmd.ID, i+1)
		file.Name, file.Media, file.Role, file.Source = before.Name, mediaPDF, FileAttachment, before.Source
		if err := x.putFile(doc, key, file); err != nil {
			return err
		}
		x.addSignature(doc, key, Signature{Kind: SignatureAttachment, By: x.Actor.Person, At: x.Now, Digital: true,
			Content: file.Content.SHA256, File: key, Claim: a.Claim})
	}
	return nil
}

// sealsGood refuses a document whose digital seals the server has not found good.
func (d *Document) sealsGood() error {
	organ, _ := d.signature(SignatureOrgan)
	seals := []Signature{organ}
	for _, id := range sortedKeys(d.Signatures) {
		if s := d.Signatures[id]; s.Kind == SignatureAttachment {
			seals = append(seals, s)
		}
	}
	for _, s := range seals {
		switch {
		case !s.Digital:
		case s.Verdict.Indication == "":
			return Refuse(Conflict, "issue.not_judged")
		case !s.Verdict.Passed():
			return Refuse(Conflict, "issue.seal_not_good").With("indication", s.Verdict.Indication).With("sub", s.Verdict.Sub)
		}
	}
	return nil
}
