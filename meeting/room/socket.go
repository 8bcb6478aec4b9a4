package room

import (
	"context"
	"errors"

	"github.com/coder/websocket"

	"khonggiay/app"
)

// Socket is a WebSocket as a [Conn].
type Socket struct{ *websocket.Conn }

// NewSocket takes a client's connection over: nothing larger than a frame is read
// from it.
func NewSocket(c *websocket.Conn) Socket {
	c.SetReadLimit(MaxFrame)
	return Socket{c}
}

// maxRecordFrame bounds what a client reads: a frame of one large record.
const maxRecordFrame = 8 << 20

// NewHostSocket takes a connection to a host over.
func NewHostSocket(c *websocket.Conn) Socket {
	c.SetReadLimit(maxRecordFrame)
	return Socket{c}
}

// Read implements Conn.
func (s Socket) Read(ctx context.Context) ([]byte, error) {
	kind, b, err := s.Conn.Read(ctx)
	if err == nil && kind != websocket.MessageText {
		return nil, errFrame
	}
	return b, err
}

// Write implements Conn.
func (s Socket) Write(ctx context.Context, frame []byte) error {
	return s.Conn.Write(ctx, websocket.MessageText, frame)
}

// End implements [StationConn]: it says why before it closes.
func (s Socket) End(why error) {
	code, reason := websocket.StatusGoingAway, ""
	switch e := app.AsError(why); {
	case why == nil:
		code = websocket.StatusNormalClosure
	case e.Code != app.Internal:
		code, reason = websocket.StatusPolicyViolation, e.Reason
	}
	_ = s.Close(code, reason)
	_ = s.CloseNow()
}

// Gone reports whether the other side simply ended the connection.
func Gone(err error) bool {
	switch websocket.CloseStatus(err) {
	case websocket.StatusNormalClosure, websocket.StatusGoingAway, websocket.StatusNoStatusRcvd:
		return true
	}
	return errors.Is(err, context.Canceled)
}
