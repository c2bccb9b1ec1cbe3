using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dispatch.Worker.Database.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ApprovalsAndTheRest : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTime>(
                name: "ApprovedAt",
                table: "Issues",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ApprovedBy",
                table: "Issues",
                type: "TEXT",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "ApprovedRevision",
                table: "Issues",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "RestSentAt",
                table: "Issues",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "RestStartedAt",
                table: "Issues",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ApprovedAt",
                table: "Issues");

            migrationBuilder.DropColumn(
                name: "ApprovedBy",
                table: "Issues");

            migrationBuilder.DropColumn(
                name: "ApprovedRevision",
                table: "Issues");

            migrationBuilder.DropColumn(
                name: "RestSentAt",
                table: "Issues");

            migrationBuilder.DropColumn(
                name: "RestStartedAt",
                table: "Issues");
        }
    }
}
