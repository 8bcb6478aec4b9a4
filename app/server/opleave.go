package server

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// What the operator sees of a device that has left.

func sumText(sum uint64) string { return fmt.Sprintf("%016x", sum) }

func (s *Server) opDevice(ctx context.Context, r DeviceRequest) (api.DeviceDetail, error) {
	if err := s.touch.flush(ctx, s.store); err != nil {
		return api.DeviceDetail{}, err
	}
	device, err := s.devices.device(ctx, r.Device)
	if err != nil {
		return api.DeviceDetail{}, err
	}
	return s.devices.detail(ctx, device)
}

// OutboxRequest asks for what a revoked device handed over.
type OutboxRequest struct {
	Device app.ID `json:"device"`
	// Files is a folder on the server's machine that the contents of files are
	// written to, open. Empty: they are only listed.
	Files string `json:"files,omitempty"`
}

// LeftCommand is one command that a revoked device handed over.
type LeftCommand struct {
	ID     app.CommandID   `json:"id"`
	Name   string          `json:"name"`
	Kind   app.Kind        `json:"kind"`
	Target app.ID          `json:"target"`
	At     app.Time        `json:"at"`
	State  string          `json:"state"`
	Reason string          `json:"reason,omitempty"`
	Args   json.RawMessage `json:"args,omitempty"`
	Files  []LeftFile      `json:"files,omitempty"` // that came with the command
	Known  bool            `json:"known"`           // false: of another version, or damaged
}

// opOutbox opens what a device handed over with the province's key. That is
// reading a person's words: it is audited.
func (s *Server) opOutbox(ctx context.Context, r OutboxRequest) ([]LeftCommand, error) {
	if r.Files != "" && !filepath.IsAbs(r.Files) {
		return nil, app.Refuse(app.Invalid, "backup.bad_path")
	}
	var parts []sqlite.OutboxPart
	err := s.store.Read(ctx, func(v *sqlite.View) (err error) {
		if _, err = v.Device(r.Device); err != nil {
			return err
		}
		parts, err = v.OutboxParts(r.Device)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(tx *sqlite.Tx) error {
		return tx.Audit(sqlite.AuditEntry{Act: "device.outbox", Actor: Operator, Object: string(r.Device), Detail: map[string]any{"files": r.Files != ""}})
	})
	if err != nil {
		return nil, err
	}
	out := []LeftCommand{}
	files := leftFiles{store: s.contents.files, dir: r.Files}
	for _, p := range parts {
		commands, err := enrol.OpenOutbox(s.authority.ProvinceKey(), r.Device, p.Part, p.Sealed)
		if err != nil {
			return nil, err
		}
		for _, c := range commands {
			left, err := files.read(ctx, c)
			if err != nil {
				return nil, err
			}
			out = append(out, left)
		}
	}
	return out, nil
}

// read reads one command as far as this version knows it, and its files.
func (f leftFiles) read(ctx context.Context, c enrol.LeftCommand) (LeftCommand, error) {
	out := LeftCommand{State: c.State, Reason: c.Reason}
	signed, err := feed.ParseCommand(c.Command)
	if err != nil {
		return out, nil
	}
	out.ID = signed.ID
	cmd, err := signed.Command()
	if err != nil {
		return out, nil
	}
	out.Name, out.Kind, out.Target, out.At, out.Known = cmd.Name, cmd.Target.Kind, cmd.Target.ID, cmd.At, true
	if out.Args, err = json.Marshal(cmd.Args); err != nil {
		out.Known = false
	}
	out.Files, err = f.open(ctx, cmd)
	return out, err
}
