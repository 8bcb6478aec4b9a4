package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/sfu"
	"khonggiay/meeting/sfu/transport"
)

// sfuOrder is what the media server's process is told to do.
type sfuOrder struct {
	Join  string         `json:"join,omitempty"` // a station, with its offer
	Offer string         `json:"offer,omitempty"`
	Allow *meeting.Sends `json:"allow,omitempty"` // of the station
	Watch []meeting.Wish `json:"watch"`
	Of    string         `json:"of,omitempty"` // the station
}

// sfuServer is the measured process: a media server, whose room does what it is
// told.
func sfuServer(args []string, in io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("sfu-server", flag.ContinueOnError)
	profiles := fs.String("profile", "", "folder for a CPU profile")
	if err := fs.Parse(args); err != nil {
		return err
	}
	conns, err := transport.ListenUDP(context.Background(), "127.0.0.1:0")
	if err != nil {
		return err
	}
	at := conns[0].LocalAddr().(*net.UDPAddr).AddrPort()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	mux, err := transport.Listen(transport.Config{Conns: conns, Log: log})
	if err != nil {
		return err
	}
	defer mux.Close()
	s := sfu.New(sfu.Config{Mux: mux, Candidates: sfu.Candidates([]netip.AddrPort{at}, nil), Log: log})
	defer s.Close()
	stop, err := profile(*profiles, "sfu")
	if err != nil {
		return err
	}
	defer stop()
	stations := map[string]*sfu.Station{}
	offers := 0
	return obey(in, out, answer{Address: at.String()}, func(line string) (answer, error) {
		var o sfuOrder
		if line == "usage" {
			return answer{Items: offers}, nil
		}
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			return answer{}, err
		}
		if o.Join != "" {
			st, text, err := s.Join(context.Background(), "bench", app.ID(o.Join), o.Offer, silent{})
			if err != nil {
				return answer{}, err
			}
			stations[o.Join] = st
			offers++
			return answer{Text: text}, nil
		}
		st := stations[o.Of]
		if st == nil {
			return answer{}, fmt.Errorf("no station %q", o.Of)
		}
		if o.Allow != nil {
			st.Allow(*o.Allow)
			return answer{}, nil
		}
		st.Watch(o.Watch)
		return answer{}, nil
	})
}

// silent is a room that nothing is told.
type silent struct{}

func (silent) Up()                    {}
func (silent) Lost()                  {}
func (silent) Gone()                  {}
func (silent) Slots(meeting.Slots)    {}
func (silent) Layers(meeting.Layers)  {}
func (silent) Speaking(app.ID)        {}
func (silent) Message(string, []byte) {}
