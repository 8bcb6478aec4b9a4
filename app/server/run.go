package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Limits of the main listener. Bodies and answers are bounded by their progress
// (api.Patient), not by their length: a scan of 50 MB over 256 kbit/s takes
// half an hour.
const (
	readHeaderWithin = 15 * time.Second
	idleWithin       = 5 * time.Minute
	maxHeader        = 32 << 10
	streamsPerClient = 64
)

// Run serves until ctx ends, then stops gracefully: it takes no more
// connections, ends long polls, lets requests finish and returns.
func (s *Server) Run(ctx context.Context) error {
	if err := s.Listen(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	s.ran = true
	s.mu.Unlock()
	main := s.mainServer()
	doors := []*door{{server: main, listener: tls.NewListener(s.listener, main.TLSConfig)}}
	control, err := s.controlDoor()
	if err != nil {
		return errors.Join(err, s.listener.Close())
	}
	doors = append(doors, control)
	if s.config.Ops != "" {
		l, err := net.Listen("tcp", s.config.Ops)
		if err != nil {
			return errors.Join(fmt.Errorf("listen on %s: %w", s.config.Ops, err), s.listener.Close(), control.listener.Close())
		}
		doors = append(doors, &door{server: s.plainServer(s.handlers.ops), listener: l})
	}
	doors[0].listener = s.shared(doors[0].listener)
	s.serving.Store(true)
	defer s.serving.Store(false)
	s.log.Info("serving", "listen", s.Addr(), "ops", s.config.Ops, "version", s.config.Version)
	return s.serveDoors(ctx, doors)
}

// door is one listener with its server.
type door struct {
	server   *http.Server
	listener net.Listener
}

func (s *Server) serveDoors(ctx context.Context, doors []*door) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var running sync.WaitGroup
	for _, d := range doors {
		running.Go(func() {
			if err := d.server.Serve(d.listener); !errors.Is(err, http.ErrServerClosed) {
				stop(err) // one door broken closes the house
			}
		})
	}
	<-ctx.Done()
	s.log.Info("stopping")
	s.stopping.Store(true)
	s.records.hub.Close() // commits what was taken and says goodbye to laptops
	s.events.Close()
	s.conferences.Close() // stations come back when the next program runs
	within, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	var errs []error
	for _, d := range doors {
		if err := d.server.Shutdown(within); err != nil {
			errs = append(errs, d.server.Close())
			s.log.Warn("requests cut off while stopping", "err", err)
		}
	}
	running.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded) {
		errs = append(errs, cause)
	}
	return errors.Join(errs...)
}

func (s *Server) mainServer() *http.Server {
	srv := &http.Server{
		Handler:           s.handlers.main,
		TLSConfig:         s.front.config(),
		ReadHeaderTimeout: readHeaderWithin,
		IdleTimeout:       idleWithin,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          log.New(tlsNoise{s.log}, "", 0),
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: streamsPerClient,
			SendPingTimeout:      time.Minute, // pings find peers that are gone
			PingTimeout:          20 * time.Second,
		},
	}
	return srv
}

func (s *Server) plainServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: readHeaderWithin, IdleTimeout: idleWithin,
		MaxHeaderBytes: maxHeader, ErrorLog: log.New(tlsNoise{s.log}, "", 0)}
}

// controlDoor opens the operator's socket. The lock on the data directory is
// ours, so a socket that stands there already is a leftover.
func (s *Server) controlDoor() (*door, error) {
	path := filepath.Join(s.config.Data, SocketFile)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("control socket: %w", err), l.Close())
	}
	return &door{server: s.plainServer(s.handlers.control), listener: l}, nil
}
