//! Results as JUnit's XML, which servers that build show. Knows the format, and what XML cannot hold.

use std::fmt::Write;

use super::{Case, Failure, Image, Tested};

/// The results of some images, a suite each.
pub fn junit(images: &[Image]) -> String {
    let tests: usize = images.iter().map(|image| image.tested.len()).sum();
    let failed: usize = images.iter().map(Image::failed).sum();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string does not fail.
    let _ = writeln!(xml, "<testsuites tests=\"{tests}\" failures=\"{failed}\">");
    images.iter().for_each(|image| suite(image, &mut xml));
    xml.push_str("</testsuites>\n");
    xml
}

fn suite(image: &Image, xml: &mut String) {
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{:.3}\">",
        escaped(&image.name),
        image.tested.len(),
        image.failed(),
        image.time.as_secs_f64()
    );
    image.tested.iter().for_each(|tested| case(&image.name, tested, xml));
    xml.push_str("  </testsuite>\n");
}

fn case(image: &str, tested: &Tested, xml: &mut String) {
    let Tested { case: Case { library, suite, name }, failure, time } = tested;
    let class: Vec<&str> =
        [image, library, suite].into_iter().filter(|part| !part.is_empty()).collect();
    let _ = write!(
        xml,
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
        escaped(&class.join(".")),
        escaped(name),
        time.as_secs_f64()
    );
    let Some(Failure { complaints, output }) = failure else {
        xml.push_str("/>\n");
        return;
    };
    let complaints: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    let first = complaints.first().map_or("", String::as_str);
    let _ = write!(
        xml,
        ">\n      <failure message=\"{}\">{}</failure>\n",
        escaped(first),
        escaped(&complaints.join("\n"))
    );
    if !output.is_empty() {
        let _ = writeln!(xml, "      <system-out>{}</system-out>", escaped(output));
    }
    xml.push_str("    </testcase>\n");
}

/// Text as it may stand anywhere in XML, which has no words for most control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(letter),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            letter if letter.is_control() => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_said_is_xml() {
        assert_eq!(
            escaped("<a b=\"c\">&\0\u{ffff}\n"),
            "&lt;a b=&quot;c&quot;&gt;&amp;\u{fffd}\u{fffd}\n"
        );
    }
}
