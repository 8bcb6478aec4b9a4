package desktop

import (
	"context"
	"errors"

	"khonggiay/app"
	"khonggiay/signing/appearance"
	"khonggiay/signing/pades"
)

// attachmentField is the field of the agency's signature on an attachment. No
// field of a document has this name: a verdict never takes one for the other.
const attachmentField = "PhuLuc"

// attachment is a new version of an attachment, with the agency's signature in it.
func (t *task) attachment(file app.CommandID, sealed app.FileVersion) app.NewFile {
	before := t.record.Files[file]
	return app.NewFile{Name: before.Name, Media: before.Media, Role: app.FileAttachment, Content: sealed, Replaces: file, Source: before.Source}
}

// sealAttachments signs the attachments of an order for the agency: number, symbol
// and time stand in the upper right corner of page 1, without an image (NĐ 30/2020,
// appendix I, part I, II.8b; appendix III, sample 2.2).
func (s *signer) sealAttachments(ctx context.Context, t *task, by login, claim app.Claim) error {
	for _, key := range t.doc.Attachments {
		before := t.record.Files[key]
		sealed, field, err := s.signVersion(ctx, t, by, before.Content, func(file *grown) (pades.Options, error) {
			o, err := layAttachment(file, t)
			o.Scheme = by.scheme
			return o, signRefusal(err)
		})
		if err != nil {
			return attachmentRefusal(before.Name, err)
		}
		claim.Field = field
		t.sealed = append(t.sealed, app.SealedAttachment{File: t.attachment(key, sealed), Claim: claim})
	}
	return nil
}

// layAttachment puts the block of an attachment into its corner.
func layAttachment(file *grown, t *task) (o pades.Options, err error) {
	there, view, err := file.fields()
	if err != nil {
		return o, err
	}
	o = pades.Options{Time: t.now, Name: t.name, Field: newField(there, attachmentField), Reason: "Ký số của cơ quan, tổ chức ban hành văn bản", Lock: onlyAll, Beside: true}
	o.Place, o.Appearance, err = corner(view, appearance.Attachment(t.record.Code(), t.now))
	return o, err
}

// attachmentRefusal names the attachment when it is its file that cannot be signed:
// it can be left out of the order.
func attachmentRefusal(name string, err error) error {
	var known *app.Error
	if errors.As(err, &known) && known.Code == app.Invalid {
		return app.Errorf(app.Invalid, "seal.attachment_refused", "%w", err).With("name", name)
	}
	return err
}
