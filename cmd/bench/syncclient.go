package main

import (
	"context"
	"crypto/ed25519"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/replica"
)

// benchClient is the measured laptop.
type benchClient struct {
	rep       *replica.Replica
	transport *replica.HTTPTransport
	store     *sqlite.Store
	stream    replica.Stream
	ses       *replica.Session
	rate      uint32 // bytes a second of the last pull, as the driver would know it
}

// syncClient is the laptop's process. Orders: "pull" asks and applies pages
// until the replica is level, and keeps the stream; "wait" applies pages of
// that stream until it is level again; "give" gives a remark and pushes it;
// "give100" gives a remark about each of 100 documents, without a line; "end"
// closes the stream.
func syncClient(args []string, in io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("sync-client", flag.ContinueOnError)
	dir := fs.String("dir", "", "working folder")
	server := fs.String("server", "", "address")
	profiles := fs.String("profile", "", "folder for a CPU profile")
	if err := fs.Parse(args); err != nil {
		return err
	}
	stop, err := profile(*profiles, "client")
	if err != nil {
		return err
	}
	defer stop()
	ctx := context.Background()
	c, err := startClient(ctx, *dir, *server)
	if err != nil {
		return err
	}
	defer c.store.Close()
	return obey(in, out, answer{}, func(order string) (answer, error) { return c.obey(ctx, order) })
}

func startClient(ctx context.Context, dir, server string) (*benchClient, error) {
	store, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(dir, "laptop.db"), Role: sqlite.Replica, Clock: clock})
	if err != nil {
		return nil, err
	}
	c := &benchClient{store: store}
	key := benchKey("laptop")
	c.rep, err = replica.New(ctx, replica.Config{
		Store: replica.Over(store), Person: benchPerson, Writer: benchWriter, Clock: clock,
		Sign:      func(b []byte) ([]byte, error) { return ed25519.Sign(key, b), nil },
		ServerKey: benchKey("server").Public().(ed25519.PublicKey),
	})
	if err != nil {
		return nil, err
	}
	tlsConf, err := tlsConfig(dir, "client")
	if err != nil {
		return nil, err
	}
	c.transport = &replica.HTTPTransport{URL: "https://" + benchHost + "/sync", Client: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", server)
		},
		TLSClientConfig: tlsConf, ForceAttemptHTTP2: true, DisableCompression: true, IdleConnTimeout: time.Hour,
	}}}
	return c, nil
}

func (c *benchClient) obey(ctx context.Context, order string) (answer, error) {
	switch order {
	case "pull":
		if err := c.open(ctx); err != nil {
			return answer{}, err
		}
		return c.level(ctx)
	case "wait":
		return c.level(ctx)
	case "give":
		return c.give(ctx)
	case "give100":
		ids, err := c.documents(ctx, 100)
		for _, id := range ids {
			if err == nil {
				err = c.remark(ctx, id)
			}
		}
		return answer{}, err
	case "end":
		return answer{}, c.stream.Close()
	}
	return answer{}, fmt.Errorf("unknown order %q", order)
}

func (c *benchClient) open(ctx context.Context) error {
	ses, req, err := c.rep.Begin(ctx)
	if err != nil {
		return err
	}
	req.Wait, req.Rate = 240, c.rate
	body, err := feed.EncodeRequest(req)
	if err != nil {
		return err
	}
	c.ses = ses
	c.stream, err = c.transport.Open(ctx, body)
	return err
}

// level applies pages until one says that the replica is level.
func (c *benchClient) level(ctx context.Context) (a answer, err error) {
	began := time.Now()
	for {
		b, err := c.stream.Next()
		if err != nil {
			return a, err
		}
		if len(b) == 0 {
			continue
		}
		page, err := feed.DecodePage(b)
		if err != nil {
			return a, err
		}
		if err := c.rep.Apply(ctx, c.ses, page); err != nil {
			return a, err
		}
		a.Pages++
		a.Items += len(page.Items)
		if page.Level {
			if took := time.Since(began).Seconds(); a.Items > 1000 {
				c.rate = uint32(float64(c.stream.Received()) / took)
			}
			st, err := c.rep.Status(ctx)
			if err == nil && st.Level == 0 {
				err = fmt.Errorf("level, but the sums differ: %+v", st)
			}
			return a, err
		}
	}
}

// documents lists the first k documents.
func (c *benchClient) documents(ctx context.Context, k int) (ids []app.ID, err error) {
	err = c.store.Read(ctx, func(v *sqlite.View) error {
		return v.Keys(app.KindDocument, func(id app.ID, _ uint64) error {
			if len(ids) < k {
				ids = append(ids, id)
			}
			return nil
		})
	})
	return ids, err
}

func (c *benchClient) remark(ctx context.Context, id app.ID) error {
	_, err := c.rep.Give(ctx, app.Command{
		Name: "document.remark.1", Target: app.Key{Kind: app.KindDocument, ID: id},
		Args: &app.RemarkAdd{Text: "Đề nghị báo cáo bằng văn bản về hồ sơ " + string(id) + " trước 17 giờ ngày 05/07/2025."},
	})
	return err
}

// give gives one remark about the first document and pushes it, as the driver
// does; its answer comes on the open stream.
func (c *benchClient) give(ctx context.Context) (answer, error) {
	ids, err := c.documents(ctx, 1)
	if err != nil {
		return answer{}, err
	}
	if err := c.remark(ctx, ids[0]); err != nil {
		return answer{}, err
	}
	ses, req, err := c.rep.BeginPush(ctx, 0)
	if err != nil {
		return answer{}, err
	}
	body, err := feed.EncodeRequest(req)
	if err != nil {
		return answer{}, err
	}
	s, err := c.transport.Open(ctx, body)
	if err != nil {
		return answer{}, err
	}
	s.Close()
	if err := c.rep.Pushed(ctx, ses); err != nil {
		return answer{}, err
	}
	a, err := c.level(ctx)
	if err != nil {
		return a, err
	}
	st, err := c.rep.Status(ctx)
	if err == nil && (st.Waiting != 0 || st.Refused != 0) {
		err = fmt.Errorf("the command was not accepted: %+v", st)
	}
	return a, err
}
