using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dispatch.Worker.Database.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class FloodsAndUnlistedIssues : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "Archived",
                table: "Issues",
                type: "INTEGER",
                nullable: false,
                defaultValue: true); // what there is by now, everybody may read

            migrationBuilder.AddColumn<bool>(
                name: "Archived",
                table: "IssueRevisions",
                type: "INTEGER",
                nullable: false,
                defaultValue: true); // what there is by now, everybody may read

            migrationBuilder.CreateTable(
                name: "SignUpTallies",
                columns: table => new
                {
                    Key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    StartedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Count = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SignUpTallies", x => x.Key);
                });

            migrationBuilder.CreateIndex(
                name: "IX_SignUpTallies_StartedAt",
                table: "SignUpTallies",
                column: "StartedAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "SignUpTallies");

            migrationBuilder.DropColumn(
                name: "Archived",
                table: "Issues");

            migrationBuilder.DropColumn(
                name: "Archived",
                table: "IssueRevisions");
        }
    }
}
