package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"khonggiay/app"
)

// schema holds the migrations: common to both roles, and of each role. Files
// are applied once, in the order of their number, and never edited after a
// release. There is no way down: the way back is a backup. A table that both
// roles came to need (upload, content_ref, scope_sum) therefore stands in a file
// of each; TestTablesOfBothRolesAreAlike keeps the two alike.
//
//go:embed schema
var schema embed.FS

// migrate brings the file to this program's schema.
func migrate(ctx context.Context, db *sql.DB, role Role) error {
	for _, dir := range []string{"common", role.String()} {
		if err := migrateDir(ctx, db, dir); err != nil {
			return fmt.Errorf("schema %s: %w", dir, err)
		}
	}
	return nil
}

func migrateDir(ctx context.Context, db *sql.DB, dir string) error {
	files, err := fs.Sub(schema, "schema/"+dir)
	if err != nil {
		return err
	}
	if names, err := fs.Glob(files, "*.sql"); err != nil || len(names) == 0 {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files,
		goose.WithTableName("schema_"+dir),
		goose.WithDisableGlobalRegistry(true),
		goose.WithAllowOutofOrder(true),
		goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	if err := refuseNewer(ctx, db, p, dir); err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return err
	}
	return nil
}

// refuseNewer protects a file that a newer program has already changed.
func refuseNewer(ctx context.Context, db *sql.DB, p *goose.Provider, dir string) error {
	store, err := database.NewStore(goose.DialectSQLite3, "schema_"+dir)
	if err != nil {
		return err
	}
	latest, err := store.GetLatestVersion(ctx, db)
	if err != nil {
		return nil // a new file: the table does not exist yet
	}
	sources := p.ListSources()
	if known := sources[len(sources)-1].Version; latest > known {
		return app.Errorf(app.Internal, ReasonNewer, "schema %s has version %d, this program knows %d", dir, latest, known)
	}
	return nil
}
