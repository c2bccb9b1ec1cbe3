using System.Net.Http.Headers;
using NetVips;

namespace Dispatch.Tests.Support.Samples;

/// <summary>Pictures as an editor adds them.</summary>
internal static class Pictures
{
    /// <summary>800 × 600 pixels of one grey, 0 to 255: another shade is another picture.</summary>
    public static byte[] Jpeg(int shade = 0)
    {
        using var picture = (Image.Black(800, 600) + (double)shade).Cast(Enums.BandFormat.Uchar);
        return picture.JpegsaveBuffer();
    }

    /// <summary>Adds one to an issue; returns the path it is served under.</summary>
    public static async Task<string> AddPicture(this ApiCaller api, int issue, int shade, string name = "border.jpg")
    {
        var file = new ByteArrayContent(Jpeg(shade)) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };
        using var form = new MultipartFormDataContent { { file, "file", name } };
        return new Uri((await api.Send(HttpMethod.Post, $"/issues/{issue}/photos", form)).Is(201)["url"].GetString()!).AbsolutePath;
    }
}
