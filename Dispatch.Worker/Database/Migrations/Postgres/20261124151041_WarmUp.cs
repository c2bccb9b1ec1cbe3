using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dispatch.Worker.Database.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class WarmUp : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Each delivery is written twice within a second. With room on its page the new version stays there, and no index is touched.
            migrationBuilder.Sql("""ALTER TABLE "Deliveries" SET (fillfactor = 50)""");
            migrationBuilder.CreateTable(
                name: "SendingDays",
                columns: table => new
                {
                    Day = table.Column<DateOnly>(type: "date", nullable: false),
                    Reserved = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SendingDays", x => x.Day);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "SendingDays");
        }
    }
}
