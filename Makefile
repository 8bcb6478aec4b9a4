# Không Giấy. `make` alone lists the targets. ARGS passes words on, for example
#   make run ARGS="--documents 50000 --reset"      make e2e ARGS="sync.spec.ts"

TAGS := sqlite_fts5,noquic
export TAGS
.DEFAULT_GOAL := help
.PHONY: help run test build window lint unit e2e gen bench-sync clean

help: ## danh sách này (this list)
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## dựng và mở một tỉnh trình diễn trên máy này (see a province at work)
	@build/bin/khonggiayctl demo $(ARGS)

test: ## mọi kiểm tra: lint, unit, e2e (every check; what CI runs)
	@build/check.sh lint unit e2e

build: ## các chương trình trong build/bin (the programs)
	@build/build.sh

window: ## chương trình máy trạm có cửa sổ, cần GTK (the laptop program with its window)
	@build/build.sh window

lint: ## gofmt, go vet, staticcheck, oxlint, tsc
	@build/check.sh lint

unit: ## kiểm thử Go với -race và vitest (unit tests)
	@build/check.sh unit

e2e: ## câu chuyện chính trong Chromium (the main story, real processes)
	@build/check.sh e2e

gen: ## sinh lại openapi.json và kiểu TypeScript từ API của Go (generated API types)
	@build/setup.sh run
	@go run -tags $(TAGS) ./cmd/khonggiayctl openapi > build/cache/openapi.json
	@mv build/cache/openapi.json frontend/openapi.json
	@cd frontend && npm run --silent gen

bench-sync: ## số đo đồng bộ, mỗi dòng một JSON; CORPUS=FILE.ndjson N=50000 (sync figures)
	@go run -tags $(TAGS) ./cmd/bench sync $(if $(CORPUS),--corpus "$(abspath $(CORPUS))") $(if $(N),--n $(N)) $(ARGS)

clean: ## xóa những gì đã dựng (remove what was built)
	@rm -rf build/bin build/cache frontend/test-results frontend/playwright-report
	@find frontend/dist -mindepth 1 -not -name .gitkeep -delete
