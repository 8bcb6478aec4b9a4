package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/room"
	"khonggiay/meeting/sfu/sfutest"
)

// benchCrowd brings guests into a conference of a running server, by their links,
// one a line of standard input, up to an empty one. They speak the whole protocol,
// like a browser's page, and watch who is on the stage. It measures nothing: it is
// the crowd in a test of something else. Orders after the links: "in" (how many have
// media), "pictures" (how many have seen a picture), "sounds" (packets of sound that
// have come in all), "speak N" (the Nth wants to be heard and seen).
func benchCrowd(args []string, in io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("crowd", flag.ContinueOnError)
	server := fs.String("server", "", "address of the server: https://host:port")
	if err := fs.Parse(args); err != nil {
		return err
	}
	at, err := url.Parse(*server)
	if err != nil || at.Host == "" {
		return fmt.Errorf("--server %q", *server)
	}
	// A test's province has an authority of its own.
	c := &gathering{at: at, client: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}}
	lines := bufio.NewReader(in)
	var links []string
	for {
		line, err := lines.ReadString('\n')
		if line = strings.TrimSpace(line); line == "" || err != nil {
			break
		}
		links = append(links, line)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer c.running.Wait()
	defer cancel()
	for _, link := range links {
		g, err := c.guest(link)
		if err != nil {
			return err
		}
		c.guests = append(c.guests, g)
		c.running.Go(func() {
			if err := g.run(ctx); err != nil && ctx.Err() == nil {
				fmt.Fprintln(os.Stderr, "crowd:", err)
			}
		})
	}
	return obey(lines, out, answer{Items: len(c.guests)}, c.obey)
}

type gathering struct {
	at      *url.URL
	client  *http.Client
	guests  []*guest
	running sync.WaitGroup
}

func (c *gathering) obey(order string) (answer, error) {
	what, _, _ := strings.Cut(order, " ")
	n := 0
	switch what {
	case "speak":
		var which int
		if _, err := fmt.Sscanf(order, "speak %d", &which); err != nil || which < 0 || which >= len(c.guests) {
			return answer{}, fmt.Errorf("%q", order)
		}
		return answer{}, c.guests[which].speak()
	case "in":
		for _, g := range c.guests {
			if g.linked() {
				n++
			}
		}
	case "pictures":
		for _, g := range c.guests {
			select {
			case <-g.station.Picture():
				n++
			default:
			}
		}
	case "sounds":
		for _, g := range c.guests {
			for _, slot := range g.station.Take() {
				if slot.Sound {
					n += slot.Packets
				}
			}
		}
	default:
		return answer{}, fmt.Errorf("%q", order)
	}
	return answer{Items: n}, nil
}

// guest is one station with its connection.
type guest struct {
	*gathering
	link    string
	station *sfutest.Station

	mu     sync.Mutex
	conn   *websocket.Conn
	self   app.ID
	resume string
	joined bool
	up     bool
	film   bool
	stage  []app.ID
}

func (c *gathering) guest(link string) (*guest, error) {
	s, err := sfutest.New(sfutest.Options{Shape: sfutest.Shape{Sends: true, Audio: meeting.AudioSlots, Video: meeting.MaxStage}})
	return &guest{gathering: c, link: link, station: s}, err
}

func (g *guest) linked() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.up
}

// run keeps the station in until ctx ends: a connection that breaks is made again.
func (g *guest) run(ctx context.Context) error {
	defer func() { g.station.Close() }()
	for wait := time.Second; ; wait = min(2*wait, 3*time.Second) {
		err := g.attend(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if websocket.CloseStatus(err) == websocket.StatusPolicyViolation {
			return err
		}
		if g.resume == "" {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		if err := g.renew(); err != nil {
			return err
		}
	}
}

// renew makes new media for a host that has begun anew.
func (g *guest) renew() error {
	s, err := sfutest.New(sfutest.Options{Shape: sfutest.Shape{Sends: true, Audio: meeting.AudioSlots, Video: meeting.MaxStage}})
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	old := g.station
	g.station, g.joined, g.up = s, false, false
	go old.Close()
	return nil
}

func (g *guest) ticket(ctx context.Context) (string, error) {
	body, err := json.Marshal(map[string]string{"link": g.link})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.at.JoinPath("/api/guest/ticket").String(), bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", g.at.Scheme+"://"+g.at.Host)
	resp, err := g.client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var t struct {
		Ticket string `json:"ticket"`
		Reason string `json:"reason"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&t); err != nil || t.Ticket == "" {
		return "", fmt.Errorf("ticket: %s %s %w", resp.Status, t.Reason, errors.Join(err))
	}
	return t.Ticket, nil
}

func (g *guest) attend(ctx context.Context) error {
	q := url.Values{}
	if g.resume != "" {
		q.Set("resume", g.resume)
	} else {
		ticket, err := g.ticket(ctx)
		if err != nil {
			return err
		}
		q.Set("pass", ticket)
	}
	to := *g.at
	to.Scheme, to.Path, to.RawQuery = strings.Replace(to.Scheme, "http", "ws", 1), "/api/guest/conference", q.Encode()
	conn, _, err := websocket.Dial(ctx, to.String(), &websocket.DialOptions{HTTPClient: g.client, HTTPHeader: http.Header{"Origin": {g.at.Scheme + "://" + g.at.Host}}})
	if err != nil {
		return err
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(1 << 20)
	g.mu.Lock()
	g.conn = conn
	g.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go g.beat(ctx)
	for {
		_, frame, err := conn.Read(ctx)
		if err != nil {
			return err
		}
		var news room.News
		if err := json.Unmarshal(frame, &news); err != nil {
			return err
		}
		if err := g.hear(ctx, news); err != nil {
			return err
		}
	}
}

func (g *guest) beat(ctx context.Context) {
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = g.say(room.Said{Beat: true}) // the reader hears of a broken one
		}
	}
}

func (g *guest) say(s room.Said) error {
	frame, err := json.Marshal(s)
	if err != nil {
		return err
	}
	g.mu.Lock()
	conn := g.conn
	g.mu.Unlock()
	if conn == nil {
		return errors.New("not connected")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return conn.Write(ctx, websocket.MessageText, frame)
}

func (g *guest) hear(ctx context.Context, news room.News) error {
	if news.Hello != nil {
		g.self, g.resume = news.Hello.Station, news.Hello.Resume
	}
	for _, r := range news.Refused {
		fmt.Fprintln(os.Stderr, "crowd: refused:", r.Reason)
	}
	if news.Me != nil && news.Me.Status != meeting.Waits && !g.joined {
		g.joined = true
		if err := g.say(room.Said{Offer: &room.Offer{Seq: 1, SDP: g.station.Offer()}}); err != nil {
			return err
		}
	}
	if news.Answer != nil {
		ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		if err := g.station.Join(ctx, news.Answer.SDP); err != nil {
			return err
		}
		g.mu.Lock()
		g.up = true
		again := g.film
		g.mu.Unlock()
		if again {
			if err := g.speak(); err != nil {
				return err
			}
		}
	}
	if news.View != nil {
		var view struct {
			Stage []app.ID `json:"stage"`
		}
		if err := json.Unmarshal(news.View, &view); err != nil {
			return err
		}
		g.stage = view.Stage
	}
	if news.View != nil || news.Answer != nil {
		return g.watch()
	}
	return nil
}

func (g *guest) watch() error {
	wishes := []meeting.Wish{}
	for _, id := range g.stage {
		if id != g.self && len(wishes) < meeting.MaxStage {
			wishes = append(wishes, meeting.Wish{Slot: len(wishes), Station: id, Track: meeting.Camera, Height: 360, Rank: min(len(wishes), 2)})
		}
	}
	return g.say(room.Said{Watch: &wishes})
}

// speak has the guest send, if the room lets it.
func (g *guest) speak() error {
	g.mu.Lock()
	g.film = true
	g.mu.Unlock()
	g.station.Publish(sfutest.Film{Rate: 300_000, Frames: 10, Size: 1100, Level: 20})
	return g.say(room.Said{Sends: &meeting.Sends{Audio: true, Camera: true}})
}
