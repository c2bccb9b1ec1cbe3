using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Dispatch.Worker.Database.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ReaderImports : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "SealedFields",
                table: "Subscribers",
                type: "bytea",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ReaderImports",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    State = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Actor = table.Column<string>(type: "text", nullable: false),
                    Choices = table.Column<string>(type: "text", nullable: false),
                    Fingerprint = table.Column<byte[]>(type: "bytea", nullable: true),
                    Findings = table.Column<string>(type: "text", nullable: true),
                    Chunks = table.Column<int>(type: "integer", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    FinishedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    QueuedUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReaderImports", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "ReaderImportChunks",
                columns: table => new
                {
                    ImportId = table.Column<int>(type: "integer", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Done = table.Column<bool>(type: "boolean", nullable: false),
                    Counts = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReaderImportChunks", x => new { x.ImportId, x.Number });
                    table.ForeignKey(
                        name: "FK_ReaderImportChunks_ReaderImports_ImportId",
                        column: x => x.ImportId,
                        principalTable: "ReaderImports",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ReaderImportPieces",
                columns: table => new
                {
                    ImportId = table.Column<int>(type: "integer", nullable: false),
                    Chunk = table.Column<int>(type: "integer", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Sealed = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReaderImportPieces", x => new { x.ImportId, x.Chunk, x.Number });
                    table.ForeignKey(
                        name: "FK_ReaderImportPieces_ReaderImports_ImportId",
                        column: x => x.ImportId,
                        principalTable: "ReaderImports",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ReaderImports_State",
                table: "ReaderImports",
                column: "State",
                filter: "\"State\" <> 'Done'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ReaderImportChunks");

            migrationBuilder.DropTable(
                name: "ReaderImportPieces");

            migrationBuilder.DropTable(
                name: "ReaderImports");

            migrationBuilder.DropColumn(
                name: "SealedFields",
                table: "Subscribers");
        }
    }
}
