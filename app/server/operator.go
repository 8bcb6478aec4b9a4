package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"

	"khonggiay/app"
)

// Connection is how the operator's tool reaches a server: over the socket of a
// running one, or by opening the data directory itself.
type Connection struct {
	client *http.Client
	server *Server // when opened here
}

// ErrNotServing means that another program holds the data directory but does
// not answer on its socket.
var ErrNotServing = errors.New("server: the data directory is in use, but nobody answers on its control socket")

// Connect reaches the server of a data directory. When none runs it opens the
// directory, which must hold a server already unless create is set.
func Connect(ctx context.Context, c Config, create bool) (*Connection, error) {
	if !create && !Initialised(c.Data) {
		return nil, app.Errorf(app.NotFound, "server.not_initialised", "%s holds no server", c.Data)
	}
	s, err := Open(ctx, c)
	if err == nil {
		return &Connection{server: s}, nil
	}
	if !errors.Is(err, ErrInUse) {
		return nil, err
	}
	return Dial(ctx, c.Data)
}

// Dial reaches a server that runs; it never opens the data directory itself.
// ErrNotServing when nobody answers.
func Dial(ctx context.Context, data string) (*Connection, error) {
	socket := filepath.Join(data, SocketFile)
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotServing, err)
	}
	conn.Close()
	return &Connection{client: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return d.DialContext(ctx, "unix", socket) },
	}}}, nil
}

// Close lets go of the server.
func (c *Connection) Close() error {
	if c.server != nil {
		return c.server.Close()
	}
	c.client.CloseIdleConnections()
	return nil
}

// Remote tells whether the server runs in another process.
func (c *Connection) Remote() bool { return c.server == nil }

// Do has the server do one operation and decodes the result into out (nil to
// ignore it). Errors are *app.Error.
func (c *Connection) Do(ctx context.Context, name string, args, out any) error {
	raw, err := json.Marshal(args)
	if err != nil {
		return err
	}
	var result json.RawMessage
	if c.server != nil {
		result, err = c.server.Control(ctx, name, raw)
	} else {
		result, err = c.post(ctx, name, raw)
	}
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(result, out)
}

func (c *Connection) post(ctx context.Context, name string, raw []byte) (json.RawMessage, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://server/"+name, bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	defer resp.Body.Close()
	var answer controlAnswer
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	if answer.Error != nil {
		answer.Error.Err = errors.New(answer.Detail)
		return nil, answer.Error
	}
	return answer.Result, nil
}
