package sqlite

import (
	"context"
	"database/sql/driver"

	"github.com/mattn/go-sqlite3"
)

// connector opens connections of one DSN with the pragmas set.
type connector string

var sqliteDriver = &sqlite3.SQLiteDriver{
	ConnectHook: func(c *sqlite3.SQLiteConn) error {
		for _, p := range pragmas {
			if _, err := c.Exec(p, nil); err != nil {
				return err
			}
		}
		return nil
	},
}

// Connect implements driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) { return sqliteDriver.Open(string(c)) }

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return sqliteDriver }
